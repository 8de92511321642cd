"""Annotating: a copy of a Word file with comments, or tracked changes, where the findings are.

``runs`` cuts a paragraph's runs so that a stretch of text is runs of its own, ``tracked_changes`` and ``comments`` put
something around those, ``word_copy`` decides which and puts the copy together.
"""
