"""Links to other data: found as proposals, decided by people, published where they are accepted."""
