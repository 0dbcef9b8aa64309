"""Pure mathematics: counts and sums in, numpy arrays out; no file, clock or random state.

Conventions of every function, kept by `tests/stats/test_conventions.py`:

- Arguments are scalars or arrays of any shape and broadcast; one element is one cell of a table.
- Counts are finite and 0 or more; fractions are allowed, because effective counts have them.
- Shares lie in 0 to 1, net shares in -1 to 1; means are in the unit of the values given.
- `level` is the two-sided confidence level and `power` a probability: scalars inside (0, 1).
- An interval is a pair (lower, upper) and encloses its estimate.
- A cell with too few answers gives nan, silently. Impossible input raises `InvalidInput`.
- `shrinkage`, `trends`, `breaks`, `cusum` and `seasonality` take the last axis as one family of units
  or one series of periods, in which nan is a unit or a period without a value.
- Answers are taken to be independent and drawn at random. `clusters` repairs the first; nothing
  here knows about those who did not answer.
"""
