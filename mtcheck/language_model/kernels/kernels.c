// The network in 8 bits, compiled: what goes into its products is rounded where it is made, and a block of tokens goes
// through the steps between two attentions while all of it is in a processor's own cache.
//
// Rows are tokens. A product of rows and a matrix holds sums of whole numbers: times the scale of its row and that of
// its column they are what the layer's floats would give. Each row is computed by itself and in one order, whatever
// its company and whichever thread does it.
//
// Letters: N rows, C width, F inner width, H heads, G key heads, D width of a head, B sequences, T positions, V
// tokens. C, F, D and V are multiples of 32, D is no more than 256. Nothing is checked here; __init__.py does that.

#include "arithmetic.h"
#include "products.h"
#include "layer.h"
#include "attention.h"
#include "vocabulary.h"
