"""Mail that comes in: bounces, complaints and automatic replies, told from what people write."""
