"""The European Union: what its directive gives where no country's own rules are here."""
