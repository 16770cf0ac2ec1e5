"""Electronic invoices as they come: UBL, CII, and PDF files that carry one."""
