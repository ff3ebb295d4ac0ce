"""Which kept releases hold text that is withheld at present: found, remembered, kept back."""
