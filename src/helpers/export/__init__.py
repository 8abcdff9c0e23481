"""From executed notebooks to what leaves the house: pages and their index."""
