"""What settled on a day, told back to the books of the ERP: as CSV, DATEV and camt.054."""
