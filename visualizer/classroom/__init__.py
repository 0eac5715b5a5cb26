"""A class that is asked: rooms with a code, what is asked in them, and where that is kept.

A lecturer opens a room and asks; whoever has the code answers, once for each question; everybody sees the answers
when the lecturer does. Nothing is kept about a person: a voter is a random number of a browser's, made for one room.
"""
