// The steps of a layer between its products of matrices in 8 bits, each in one pass over memory.
//
// Rows are tokens. A product holds sums of whole numbers: times the scale of its row and that of its column they are
// what the layer's floats would give. Every row is computed by itself and in one order, whatever its company.
//
// Letters: N rows, C width, F inner width, H heads, G key heads, D width of a head. C and F are multiples of 16, D of 32
// and no larger than 256. Nothing is checked here; kernels.py does that.

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16
#define LARGEST 127.0f
#define LEAST 1e-12f

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef float loose_floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef int32_t loose_ints __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int8_t bytes __attribute__((vector_size(LANES)));
typedef int8_t loose_bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE floats load(const float *at) { return *(const loose_floats *)at; }
INLINE void store(float *at, floats what) { *(loose_floats *)at = what; }
INLINE floats load_whole(const int32_t *at) { return __builtin_convertvector(*(const loose_ints *)at, floats); }
INLINE floats all(float value) { return value - (floats){0}; }
INLINE floats chosen(ints where, floats one, floats other) {
    return (floats)((where & (ints)one) | (~where & (ints)other));
}
INLINE floats larger(floats one, floats other) { return chosen(one > other, one, other); }
INLINE floats smaller(floats one, floats other) { return chosen(one < other, one, other); }
INLINE floats magnitude(floats of) { return (floats)((ints)of & 0x7fffffff); }

INLINE float sum(floats of) {
    float found = 0;
    for (int i = 0; i < LANES; i++) found += of[i];
    return found;
}

INLINE float largest(floats of) {
    float found = of[0];
    for (int i = 1; i < LANES; i++) found = of[i] > found ? of[i] : found;
    return found;
}

// Adding this moves what is behind the point out of a float of up to 2^22; taking it off again leaves the nearest
// whole number.
#define SHIFT 12582912.0f

INLINE floats nearest(floats of) { return (of + SHIFT) - SHIFT; }

// e to the power of x, within 2 units in the last place, 0 for minus infinity: Cephes' expf by S. L. Moshier.
INLINE floats exponential(floats x) {
    floats bounded = smaller(larger(x, all(-87.0f)), all(88.0f));
    floats power = nearest(bounded * 1.44269504f);
    floats rest = bounded - power * 0.693359375f + power * 2.12194440e-4f;
    floats series = all(1.9875691500e-4f);
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    series = series * rest * rest + rest + 1.0f;
    ints exponent = (__builtin_convertvector(power, ints) + 127) << 23;
    return chosen(x < -87.0f, (floats){0}, series * (floats)exponent);
}

INLINE void round_row(const float *row, int64_t width, floats most, int8_t *whole, float *scale) {
    float bound = largest(most);
    bound = bound < LEAST ? LEAST : bound;
    floats by = all(LARGEST / bound);
    for (int64_t i = 0; i < width; i += LANES)
        *(loose_bytes *)(whole + i) = __builtin_convertvector(nearest(load(row + i) * by), bytes);
    *scale = bound / LARGEST;
}

// states (N, C), to which a product (N, C) is added first where there is one, normalised and rounded:
// Zhang and Sennrich 2019, arXiv 1910.07467.
void add_and_normalise(
    float *states, const int32_t *product, const float *of_rows, const float *of_columns, int64_t rows, int64_t width,
    float epsilon, int8_t *whole, float *scale, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++) {
        float *row = states + n * width;
        floats squares = {0}, most = {0};
        for (int64_t i = 0; i < width; i += LANES) {
            floats here = load(row + i);
            if (product) {
                here += load_whole(product + n * width + i) * of_rows[n] * load(of_columns + i);
                store(row + i, here);
            }
            squares += here * here;
            most = larger(most, magnitude(here));
        }
        round_row(row, width, most, whole + n * width, scale + n);
        scale[n] /= sqrtf(sum(squares) / width + epsilon);
    }
}

// states (N, C) rounded.
void round_rows(const float *states, int64_t rows, int64_t width, int8_t *whole, float *scale, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++) {
        const float *row = states + n * width;
        floats most = {0};
        for (int64_t i = 0; i < width; i += LANES) most = larger(most, magnitude(load(row + i)));
        round_row(row, width, most, whole + n * width, scale + n);
    }
}

// The inner layer's product (N, 2 F): its first half opens or shuts the second; rounded (N, F).
void open_and_round(
    const int32_t *product, const float *of_rows, const float *of_columns, int64_t rows, int64_t inner,
    int8_t *whole, float *scale, int threads)
{
#pragma omp parallel num_threads(threads)
    {
        float *held = malloc(inner * sizeof(float));
#pragma omp for schedule(static)
        for (int64_t n = 0; n < rows; n++) {
            const int32_t *gate = product + n * 2 * inner, *up = gate + inner;
            floats most = {0};
            for (int64_t i = 0; i < inner; i += LANES) {
                floats opened = load_whole(gate + i) * of_rows[n] * load(of_columns + i);
                opened = opened / (1.0f + exponential(-opened));
                // The row's scale is the same for all of the other half, and comes in at the end.
                floats here = opened * load_whole(up + i) * load(of_columns + inner + i);
                store(held + i, here);
                most = larger(most, magnitude(here));
            }
            round_row(held, inner, most, whole + n * inner, scale + n);
            scale[n] *= of_rows[n];
        }
        free(held);
    }
}

// The product (N, (H + 2 G) D) as queries (N, H, D), times D ** -0.5, and as keys and values at their places of
// sequences (B, G, T, D); queries and keys turned by their position's angles: Su et al. 2021, arXiv 2104.09864.
// Keys lie transposed, (B, G, D, T). cosine and sine are (angles, D); the place of row n counts through all sequences.
void heads(
    const int32_t *product, const float *of_rows, const float *of_columns, const int64_t *places, int64_t rows,
    int64_t count, int64_t groups, int64_t width, int64_t length, const float *cosine, const float *sine,
    int64_t angles, float *query, float *keys, float *values, int threads)
{
    int64_t whole = (count + 2 * groups) * width, half = width / 2;
    float scaling = 1.0f / sqrtf((float)width);
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++) {
        const int32_t *row = product + n * whole;
        int64_t sequence = places[n] / length, place = places[n] % length;
        const float *cos = cosine + places[n] % angles * width, *sin = sine + places[n] % angles * width;
        float turned[2 * 256];
        for (int64_t h = 0; h < count + groups; h++) {
            const int32_t *from = row + h * width;
            const float *by = of_columns + h * width;
            for (int64_t i = 0; i < half; i++) {
                float left = (float)from[i] * of_rows[n] * by[i];
                float right = (float)from[i + half] * of_rows[n] * by[i + half];
                turned[i] = left * cos[i] - right * sin[i];
                turned[i + half] = right * cos[i] + left * sin[i];
            }
            if (h < count) {
                float *to = query + (n * count + h) * width;
                for (int64_t i = 0; i < width; i++) to[i] = turned[i] * scaling;
            } else {
                float *to = keys + ((sequence * groups + h - count) * width) * length + place;
                for (int64_t i = 0; i < width; i++) to[i * length] = turned[i];
            }
        }
        for (int64_t g = 0; g < groups; g++) {
            const int32_t *from = row + (count + groups + g) * width;
            const float *by = of_columns + (count + groups + g) * width;
            float *to = values + ((sequence * groups + g) * length + place) * width;
            for (int64_t i = 0; i < width; i += LANES) store(to + i, load_whole(from + i) * of_rows[n] * load(by + i));
        }
    }
}

#define HEADS_AT_ONCE 3
#define MOST_QUERIES (2 * HEADS_AT_ONCE)

// Scores of some queries (D) with keys (D, count), which lie `stride` apart; each query's go `apart` behind the last's.
// Keys are read, and scores written, up to whole vectors.
INLINE void score(
    const int queries, const float *const *query, int64_t width, const float *keys, int64_t stride, int64_t count,
    float *scores, int64_t apart)
{
    int64_t k = 0;
    for (; k + LANES < count; k += 2 * LANES) {
        floats found[MOST_QUERIES][2] = {{{0}}};
        for (int64_t d = 0; d < width; d++) {
            floats one = load(keys + d * stride + k), two = load(keys + d * stride + k + LANES);
            for (int q = 0; q < queries; q++) {
                floats by = all(query[q][d]);
                found[q][0] += by * one;
                found[q][1] += by * two;
            }
        }
        for (int q = 0; q < queries; q++) {
            store(scores + q * apart + k, found[q][0]);
            store(scores + q * apart + k + LANES, found[q][1]);
        }
    }
    if (k < count) {
        floats found[MOST_QUERIES] = {{0}};
        for (int64_t d = 0; d < width; d++) {
            floats one = load(keys + d * stride + k);
            for (int q = 0; q < queries; q++) found[q] += query[q][d] * one;
        }
        for (int q = 0; q < queries; q++) store(scores + q * apart + k, found[q]);
    }
}

// Values (count, D) times weights, added to what is mixed so far.
INLINE void mix(
    const int queries, const float *scores, int64_t apart, const float *values, int64_t width, int64_t count,
    float *const *mixed)
{
    for (int64_t d = 0; d < width; d += 2 * LANES) {
        floats found[MOST_QUERIES][2];
        for (int q = 0; q < queries; q++) {
            found[q][0] = load(mixed[q] + d);
            found[q][1] = load(mixed[q] + d + LANES);
        }
        for (int64_t k = 0; k < count; k++) {
            floats one = load(values + k * width + d), two = load(values + k * width + d + LANES);
            for (int q = 0; q < queries; q++) {
                floats by = all(scores[q * apart + k]);
                found[q][0] += by * one;
                found[q][1] += by * two;
            }
        }
        for (int q = 0; q < queries; q++) {
            store(mixed[q] + d, found[q][0]);
            store(mixed[q] + d + LANES, found[q][1]);
        }
    }
}

// Scores made weights, whose sum is returned; those from `count` on, up to `end` and a whole vector, become 0.
INLINE float weigh(float *scores, int64_t count, int64_t end) {
    for (int64_t k = count; k % LANES || k < end; k++) scores[k] = -INFINITY;
    floats most = all(-INFINITY), total = {0};
    for (int64_t k = 0; k < end; k += LANES) most = larger(most, load(scores + k));
    float top = largest(most);
    for (int64_t k = 0; k < end; k += LANES) {
        floats here = exponential(load(scores + k) - top);
        total += here;
        store(scores + k, here);
    }
    return sum(total);
}

// Some heads of one token, or of two, of which the first sees one place less.
INLINE void attend_some(
    const int heads, const int tokens, const float *query, int64_t apart_tokens, int64_t width, const float *keys,
    const float *values, int64_t stride, int64_t seen, const float *own_keys, const float *own_values,
    int64_t own_stride, int64_t own, float *scores, int64_t apart, float *mixed)
{
    const float *queries[MOST_QUERIES];
    float *to[MOST_QUERIES], totals[MOST_QUERIES];
    const int count = heads * tokens;
    for (int q = 0; q < count; q++) {
        queries[q] = query + q % heads * width + q / heads * apart_tokens;
        to[q] = mixed + q % heads * width + q / heads * apart_tokens;
        memset(to[q], 0, width * sizeof(float));
    }
    score(count, queries, width, keys, stride, seen, scores, apart);
    score(count, queries, width, own_keys, own_stride, own, scores + seen, apart);
    for (int q = 0; q < count; q++)
        totals[q] = weigh(scores + q * apart, seen + own - (q / heads < tokens - 1), seen + own);
    mix(count, scores, apart, values, width, seen, to);
    mix(count, scores + seen, apart, own_values, width, own, to);
    for (int q = 0; q < count; q++)
        for (int64_t d = 0; d < width; d += LANES) store(to[q] + d, load(to[q] + d) / totals[q]);
}

#define TOKENS_AT_ONCE 32

// Causal attention of queries (N, H, D) -> mixed (N, H, D). Sequence b has `lengths[b]` rows from row `firsts[b]` on.
// Each sees `seen[b]` positions of window `windows[b]` of keys (W, G, D, S) and values (W, G, S, D), and where nothing
// of its own is given, one more for each of its rows. Else it sees its own keys (B, G, D, t) and values (B, G, t, D): the
// last `asked` places are its rows' and what it is filled up with.
void attend(
    const float *query, int64_t sequences, const int64_t *firsts, const int64_t *lengths, const int64_t *windows,
    const int64_t *seen, int64_t count, int64_t groups, int64_t width, const float *keys, const float *values,
    int64_t span, const float *own_keys, const float *own_values, int64_t own_length, int64_t asked, float *mixed,
    int threads)
{
    int64_t blocks = (asked + TOKENS_AT_ONCE - 1) / TOKENS_AT_ONCE, shared = count / groups;
    int64_t own_stride = (own_length + LANES - 1) / LANES * LANES, apart = span + asked + own_length + 2 * LANES;
#pragma omp parallel num_threads(threads)
    {
        float *scores = malloc(apart * MOST_QUERIES * sizeof(float));
        float *own_here = calloc(own_stride * width + LANES, sizeof(float)); // filled up to whole vectors
#pragma omp for schedule(dynamic)
        for (int64_t item = 0; item < sequences * groups * blocks; item++) {
            // The longest come first.
            int64_t block = blocks - 1 - item / (sequences * groups), b = item / groups % sequences, g = item % groups;
            int64_t begin = block * TOKENS_AT_ONCE, end = begin + TOKENS_AT_ONCE;
            end = end < lengths[b] ? end : lengths[b];
            if (begin >= end) continue;
            const float *window_keys = keys + (windows[b] * groups + g) * width * span;
            const float *window_values = values + (windows[b] * groups + g) * span * width;
            const float *values_here = own_values ? own_values + (b * groups + g) * own_length * width : NULL;
            if (own_keys) {
                const float *from = own_keys + (b * groups + g) * width * own_length;
                for (int64_t d = 0; d < width; d++)
                    memcpy(own_here + d * own_stride, from + d * own_length, own_length * sizeof(float));
            }
            for (int64_t j = begin; j < end;) {
                int tokens = j + 1 < end ? 2 : 1;
                int64_t last = j + tokens, prefix = seen[b] + (own_keys ? 0 : last);
                int64_t own = own_keys ? own_length - asked + last : 0;
                for (int64_t h = 0; h < shared;) {
                    int64_t at = ((firsts[b] + j) * count + g * shared + h) * width;
                    int64_t heads = shared - h < HEADS_AT_ONCE ? shared - h : HEADS_AT_ONCE;
#define CASE(HEADS, TOKENS) \
    if (heads == HEADS && tokens == TOKENS) \
        attend_some(HEADS, TOKENS, query + at, count * width, width, window_keys, window_values, span, prefix, own_here, \
            values_here, own_stride, own, scores, apart, mixed + at);
                    CASE(1, 1) CASE(1, 2) CASE(2, 1) CASE(2, 2) CASE(3, 1) CASE(3, 2)
                    h += heads;
                }
                j = last;
            }
        }
        free(scores);
        free(own_here);
    }
}

#define BLOCK (8 * LANES)

// Put a token among the highest, which are in order; of equals the first one in stays first.
static void insert(float score, int64_t token, int64_t best, float *highest, int64_t *likeliest) {
    int64_t at = best - 1;
    for (; at > 0 && highest[at - 1] < score; at--) {
        highest[at] = highest[at - 1];
        likeliest[at] = likeliest[at - 1];
    }
    highest[at] = score;
    likeliest[at] = token;
}

// Of scores over a vocabulary, sums of whole numbers (N, V): tokens (N, w + best), the `count` (w) wanted ones (N, w) and
// behind them the `best` likeliest, and their log-probabilities in nats.
void logprobs(
    const int32_t *product, const float *of_rows, const float *of_columns, int64_t rows, int64_t vocabulary,
    const int64_t *wanted, int64_t count, int64_t best, int64_t *tokens, float *found, int threads)
{
#pragma omp parallel num_threads(threads)
    {
        float *scores = malloc(vocabulary * sizeof(float));
#pragma omp for schedule(static)
        for (int64_t n = 0; n < rows; n++) {
            const int32_t *row = product + n * vocabulary;
            int64_t *to = tokens + n * (count + best), *likeliest = to + count;
            float *by = found + n * (count + best), *highest = by + count, top = -INFINITY;
            for (int64_t i = 0; i < best; i++) highest[i] = -INFINITY, likeliest[i] = 0;
            for (int64_t begin = 0; begin < vocabulary; begin += BLOCK) {
                int64_t end = begin + BLOCK < vocabulary ? begin + BLOCK : vocabulary;
                floats most = all(-INFINITY);
                for (int64_t v = begin; v < end; v += LANES) {
                    floats here = load_whole(row + v) * of_rows[n] * load(of_columns + v);
                    store(scores + v, here);
                    most = larger(most, here);
                }
                float peak = largest(most);
                top = peak > top ? peak : top;
                if (!best || peak <= highest[best - 1]) continue;
                for (int64_t v = begin; v < end; v++)
                    if (scores[v] > highest[best - 1]) insert(scores[v], v, best, highest, likeliest);
            }
            floats total = {0};
            for (int64_t v = 0; v < vocabulary; v += LANES) total += exponential(load(scores + v) - top);
            for (int64_t i = 0; i < count; i++) {
                to[i] = wanted[n * count + i];
                by[i] = scores[to[i]];
            }
            float all_of_it = top + logf(sum(total));
            for (int64_t i = 0; i < count + best; i++) by[i] -= all_of_it;
        }
        free(scores);
    }
}
