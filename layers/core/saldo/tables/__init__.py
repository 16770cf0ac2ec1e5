"""Tables from files: CSV, fixed width, DATEV EXTF and workbooks, read as rows with their places."""
