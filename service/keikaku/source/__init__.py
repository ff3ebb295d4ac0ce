"""Documents as blocks: tables of cells and lines outside tables, each with its address."""
