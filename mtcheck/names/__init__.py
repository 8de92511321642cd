"""Names: a list of them with counts, their near neighbours, where they stand in a text, and which look garbled."""
