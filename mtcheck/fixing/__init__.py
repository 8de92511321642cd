"""Fixing: suggestions put into the source of a document, with all else byte for byte as it was.

``wording`` says which words differ, ``edits`` where they stand in the source, ``text_file`` turns a file's bytes into
fixed ones, ``difference`` shows the change, ``replacement`` writes it, ``dialog`` asks a person, and ``fixer`` does all
of it for one file after the other. ``rewriting`` puts into a file what a person made of its texts.
"""
