"""The edge: what the functions share when they speak HTTP, queues and logs."""
