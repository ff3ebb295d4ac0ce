"""Engines that hold a release and answer SPARQL."""
