"""Settlements as files, for systems that book nothing by an interface of their own."""
