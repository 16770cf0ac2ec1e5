"""One module per group of commands; each function takes the options and the output."""
