"""What the commands do: each takes settings and arguments, and tells whether all is well."""
