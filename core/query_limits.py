"""How much one search may ask for."""

MOST_REFERENCES = 10  # artworks that hits should be like
MOST_INPUTS = 10  # texts, pictures and artworks with weights
HEAVIEST_INPUT = 10  # of either sign
HEAVIEST_LEG = 100
MOST_PIXELS = 100_000_000  # of all pictures together, as one alone may have
