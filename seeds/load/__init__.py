"""The load generator: a world of any size, by COPY, in the rows that the operations would have written."""
