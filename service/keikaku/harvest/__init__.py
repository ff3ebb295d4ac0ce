"""Plans taken from other sites: found in a catalogue, fetched, checked, kept beside the own."""
