"""Figures kept day by day: what is open by due date, what came in, how well collecting works."""
