// The network in 8 bits, compiled: what goes into its products is rounded where it is made, and a block of tokens goes
// through the steps between two attentions while all of it is in a processor's own cache.
//
// Rows are tokens. A product of rows and a matrix holds sums of whole numbers: times the scale of its row and that of its
// column they are what the layer's floats would give. Each row is computed by itself and in one order, whatever its
// company and whichever thread does it.
//
// Letters: N rows, C width, F inner width, H heads, G key heads, D width of a head, V tokens. C and V are multiples of 32,
// F of 16, D of 32 and no more than 256. Nothing is checked here; kernels.py does that.

#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16
#define WIDEST_HEAD 256
#define LARGEST 127.0f
#define LEAST 1e-12f

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef float loose_floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef int32_t loose_ints __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int8_t bytes __attribute__((vector_size(LANES)));
typedef int8_t loose_bytes __attribute__((vector_size(LANES), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }

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


// A matrix of 8 bits and the scales of its columns. Its bytes, each 128 more than the number, lie as the processor sums
// them (VNNI): by panels of 32 columns, in those by fours of rows, in those by columns.
#define PANEL (2 * LANES)
#define FOUR 4

// Rows of a product that are computed at once: their sums are in registers meanwhile.
#define TILE_ROWS 12
// Rows that go through a layer's steps at once: what they leave between these is in the processor's own cache.
#define BLOCK_ROWS 48

INLINE void multiply_tile(
    const int rows, const int8_t *whole, int64_t width, const uint8_t *panel, const int32_t *excess, int32_t *product,
    int64_t columns)
{
    __m512i sums[TILE_ROWS][2];
    for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_set1_epi32(-excess[r]);
    for (int64_t k = 0; k < width; k += FOUR) {
        __m512i one = _mm512_loadu_si512(panel + k * PANEL), two = _mm512_loadu_si512(panel + k * PANEL + FOUR * LANES);
        for (int r = 0; r < rows; r++) {
            __m512i four = _mm512_set1_epi32(*(const int32_t *)(whole + r * width + k));
            sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], one, four);
            sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], two, four);
        }
    }
    for (int r = 0; r < rows; r++) {
        _mm512_storeu_si512(product + r * columns, sums[r][0]);
        _mm512_storeu_si512(product + r * columns + LANES, sums[r][1]);
    }
}

// Columns `begin` to `end`, whole panels, of the product of up to BLOCK_ROWS rows (rows, width) and a matrix.
static void multiply(
    const int8_t *whole, int64_t rows, int64_t width, const uint8_t *matrix, int64_t begin, int64_t end, int64_t columns,
    int32_t *product)
{
    int32_t excess[BLOCK_ROWS]; // what the 128 that is added to the matrix's numbers adds to the sums
    for (int64_t r = 0; r < rows; r++) {
        __m512i total = _mm512_setzero_si512();
        for (int64_t k = 0; k < width; k += 2 * LANES) {
            __m256i here = _mm256_loadu_si256((const __m256i *)(whole + r * width + k));
            total = _mm512_dpbusd_epi32(total, _mm512_set1_epi8((char)128), _mm512_zextsi256_si512(here));
        }
        excess[r] = _mm512_reduce_add_epi32(total);
    }
    for (int64_t c = begin; c < end; c += PANEL) {
        for (int64_t r = 0; r < rows; r += TILE_ROWS) {
#define TILE(ROWS) \
    case ROWS: \
        multiply_tile(ROWS, whole + r * width, width, matrix + c * width, excess + r, product + r * columns + c, columns); \
        break;
            switch (least(rows - r, TILE_ROWS)) {
                TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
            }
        }
    }
}

// How many rows a thread takes at once: no more than a block, and as many blocks as there are threads if need be.
static int64_t block_rows(int64_t rows, int threads) {
    int64_t each = (rows + threads - 1) / threads;
    return least((each + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS, BLOCK_ROWS);
}

INLINE void normalise_row(float *row, int64_t width, floats squares, floats most, float epsilon, int8_t *whole, float *scale)
{
    round_row(row, width, most, whole, scale);
    *scale /= sqrtf(sum(squares) / width + epsilon);
}

// A row, to which that of a product is added, normalised and rounded: Zhang and Sennrich 2019, arXiv 1910.07467.
INLINE void add_and_normalise(
    float *row, const int32_t *product, float of_row, const float *of_columns, int64_t width, float epsilon, int8_t *whole,
    float *scale)
{
    floats squares = {0}, most = {0};
    for (int64_t i = 0; i < width; i += LANES) {
        floats here = load(row + i) + load_whole(product + i) * of_row * load(of_columns + i);
        store(row + i, here);
        squares += here * here;
        most = larger(most, magnitude(here));
    }
    normalise_row(row, width, squares, most, epsilon, whole, scale);
}

INLINE void round_plain(const float *row, int64_t width, int8_t *whole, float *scale) {
    floats most = {0};
    for (int64_t i = 0; i < width; i += LANES) most = larger(most, magnitude(load(row + i)));
    round_row(row, width, most, whole, scale);
}

// The inner layer's product (2 F), one half of which opens or shuts the other, rounded (F); held has room for F.
INLINE void open_and_round(
    const int32_t *gate, float of_row, const float *of_columns, int64_t inner, float *held, int8_t *whole, float *scale)
{
    const int32_t *up = gate + inner;
    floats most = {0};
    for (int64_t i = 0; i < inner; i += LANES) {
        floats opened = load_whole(gate + i) * of_row * load(of_columns + i);
        opened = opened / (1.0f + exponential(-opened));
        // The row's scale is the same for all of the other half, and comes in at the end.
        floats here = opened * load_whole(up + i) * load(of_columns + inner + i);
        store(held + i, here);
        most = larger(most, magnitude(here));
    }
    round_row(held, inner, most, whole, scale);
    *scale *= of_row;
}

// Rows (N, width) rounded.
void round_rows(const float *states, int64_t rows, int64_t width, int8_t *whole, float *scale, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++) round_plain(states + n * width, width, whole + n * width, scale + n);
}

// Rows (N, width) normalised and rounded.
void normalise(float *states, int64_t rows, int64_t width, float epsilon, int8_t *whole, float *scale, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++) {
        float *row = states + n * width;
        floats squares = {0}, most = {0};
        for (int64_t i = 0; i < width; i += LANES) {
            floats here = load(row + i);
            squares += here * here;
            most = larger(most, magnitude(here));
        }
        normalise_row(row, width, squares, most, epsilon, whole + n * width, scale + n);
    }
}

// From attention to the next: what it mixed (N, H D) is multiplied and added to the states (N, C), these go normalised
// through the inner layer, which is added, too; and normalised and rounded they are left for the next product.
void go_on(
    float *states, const float *mixed, int64_t rows, int64_t width, int64_t heads_width, int64_t inner, float epsilon,
    const uint8_t *mixed_matrix, const float *of_mixed, const uint8_t *inner_matrix, const float *of_inner,
    const uint8_t *outer_matrix, const float *of_outer, int8_t *whole, float *scale, int threads)
{
    int64_t block = block_rows(rows, threads), widest = inner > heads_width ? inner : heads_width;
#pragma omp parallel num_threads(threads)
    {
        int32_t *product = malloc(block * (2 * inner > width ? 2 * inner : width) * sizeof(int32_t));
        int8_t *held_whole = malloc(block * widest);
        float *held = malloc(inner * sizeof(float)), held_scale[BLOCK_ROWS];
#pragma omp for schedule(dynamic)
        for (int64_t begin = 0; begin < rows; begin += block) {
            int64_t count = least(block, rows - begin);
            float *here = states + begin * width;
            int8_t *to = whole + begin * width;
            for (int64_t r = 0; r < count; r++)
                round_plain(mixed + (begin + r) * heads_width, heads_width, held_whole + r * heads_width, held_scale + r);
            multiply(held_whole, count, heads_width, mixed_matrix, 0, width, width, product);
            for (int64_t r = 0; r < count; r++)
                add_and_normalise(
                    here + r * width, product + r * width, held_scale[r], of_mixed, width, epsilon, to + r * width,
                    scale + begin + r);
            multiply(to, count, width, inner_matrix, 0, 2 * inner, 2 * inner, product);
            for (int64_t r = 0; r < count; r++)
                open_and_round(
                    product + r * 2 * inner, scale[begin + r], of_inner, inner, held, held_whole + r * inner,
                    held_scale + r);
            multiply(held_whole, count, inner, outer_matrix, 0, width, width, product);
            for (int64_t r = 0; r < count; r++)
                add_and_normalise(
                    here + r * width, product + r * width, held_scale[r], of_outer, width, epsilon, to + r * width,
                    scale + begin + r);
        }
        free(product);
        free(held_whole);
        free(held);
    }
}

// Rounded rows (N, C) multiplied into queries (N, H, D), times D ** -0.5, and keys (B, G, D, T) and values (B, G, T, D) at
// their places; queries and keys are turned by their position's angles: Su et al. 2021, arXiv 2104.09864. cosine and sine
// are (angles, D), `turns` (N) are the rows' there; the places count through all sequences.
void ask(
    const int8_t *whole, const float *scale, int64_t rows, int64_t width, const uint8_t *matrix, const float *of_columns,
    const int64_t *places, const int64_t *turns, int64_t count, int64_t groups, int64_t head, int64_t length,
    const float *cosine, const float *sine, float *query, float *keys, float *values, int threads)
{
    int64_t columns = (count + 2 * groups) * head, half = head / 2, block = block_rows(rows, threads);
    float scaling = 1.0f / sqrtf((float)head);
#pragma omp parallel num_threads(threads)
    {
        int32_t *product = malloc(block * columns * sizeof(int32_t));
#pragma omp for schedule(dynamic)
        for (int64_t begin = 0; begin < rows; begin += block) {
            int64_t some = least(block, rows - begin);
            multiply(whole + begin * width, some, width, matrix, 0, columns, columns, product);
            for (int64_t n = begin; n < begin + some; n++) {
                const int32_t *row = product + (n - begin) * columns;
                int64_t sequence = places[n] / length, place = places[n] % length;
                const float *cos = cosine + turns[n] * head, *sin = sine + turns[n] * head;
                float turned[WIDEST_HEAD];
                for (int64_t h = 0; h < count + groups; h++) {
                    const int32_t *from = row + h * head;
                    const float *by = of_columns + h * head;
                    for (int64_t i = 0; i < half; i++) {
                        float left = (float)from[i] * scale[n] * by[i];
                        float right = (float)from[i + half] * scale[n] * by[i + half];
                        turned[i] = left * cos[i] - right * sin[i];
                        turned[i + half] = right * cos[i] + left * sin[i];
                    }
                    if (h < count) {
                        float *to = query + (n * count + h) * head;
                        for (int64_t i = 0; i < head; i++) to[i] = turned[i] * scaling;
                    } else {
                        float *to = keys + (sequence * groups + h - count) * head * length + place;
                        for (int64_t i = 0; i < head; i++) to[i * length] = turned[i];
                    }
                }
                for (int64_t g = 0; g < groups; g++) {
                    const int32_t *from = row + (count + groups + g) * head;
                    const float *by = of_columns + (count + groups + g) * head;
                    float *to = values + ((sequence * groups + g) * length + place) * head;
                    for (int64_t i = 0; i < head; i += LANES)
                        store(to + i, load_whole(from + i) * scale[n] * load(by + i));
                }
            }
        }
        free(product);
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

// Causal attention of queries (N, H, D) -> mixed (N, H, D). Sequence b has `lengths[b]` rows from row `firsts[b]` on, none
// more than `asked`. Each sees `seen[b]` positions of window `windows[b]` of keys (W, G, D, S) and values (W, G, S, D), and
// where nothing of its own is given, one more for each of its rows. Else it sees its own keys (R, G, D, t) and values
// (R, G, t, D) at row `own_rows[b]`: those of `before` places, and one more for each of its rows.
void attend(
    const float *query, int64_t sequences, const int64_t *firsts, const int64_t *lengths, const int64_t *windows,
    const int64_t *seen, int64_t count, int64_t groups, int64_t width, const float *keys, const float *values,
    int64_t span, const int64_t *own_rows, const float *own_keys, const float *own_values, int64_t own_length,
    int64_t before, int64_t asked, float *mixed, int threads)
{
    int64_t blocks = (asked + TOKENS_AT_ONCE - 1) / TOKENS_AT_ONCE, shared = count / groups;
    int64_t own_seen = own_keys ? before + asked : 0, own_stride = (own_seen + LANES - 1) / LANES * LANES;
    int64_t apart = span + own_stride + 2 * LANES;
#pragma omp parallel num_threads(threads)
    {
        float *scores = malloc(apart * MOST_QUERIES * sizeof(float));
        float *own_here = calloc(own_stride * width + LANES, sizeof(float)); // filled up to whole vectors
#pragma omp for schedule(dynamic)
        for (int64_t item = 0; item < sequences * groups * blocks; item++) {
            // The longest come first.
            int64_t block = blocks - 1 - item / (sequences * groups), b = item / groups % sequences, g = item % groups;
            int64_t begin = block * TOKENS_AT_ONCE, end = begin + TOKENS_AT_ONCE;
            end = least(end, lengths[b]);
            if (begin >= end) continue;
            const float *window_keys = keys + (windows[b] * groups + g) * width * span;
            const float *window_values = values + (windows[b] * groups + g) * span * width;
            const float *values_here = NULL;
            if (own_keys) {
                const float *from = own_keys + (own_rows[b] * groups + g) * width * own_length;
                for (int64_t d = 0; d < width; d++)
                    memcpy(own_here + d * own_stride, from + d * own_length, (before + end) * sizeof(float));
                values_here = own_values + (own_rows[b] * groups + g) * own_length * width;
            }
            for (int64_t j = begin; j < end;) {
                int tokens = j + 1 < end ? 2 : 1;
                int64_t last = j + tokens, prefix = seen[b] + (own_keys ? 0 : last);
                int64_t own = own_keys ? before + last : 0;
                for (int64_t h = 0; h < shared;) {
                    int64_t at = ((firsts[b] + j) * count + g * shared + h) * width;
                    int64_t heads = least(shared - h, HEADS_AT_ONCE);
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

#define SCORES_AT_ONCE (8 * LANES)
// Rows and columns of a product with the vocabulary's matrix that are computed at once.
#define JUDGED_ROWS (2 * BLOCK_ROWS)
#define JUDGED_COLUMNS (16 * PANEL)

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

// Tokens (N, w + best) after rounded states (N, C), the `count` (w) wanted ones (N, w) and behind them the `best` likeliest
// of a vocabulary (V), and their log-probabilities in nats.
void judge(
    const int8_t *whole, const float *scale, int64_t rows, int64_t width, const uint8_t *matrix, const float *of_columns,
    int64_t vocabulary, const int64_t *wanted, int64_t count, int64_t best, int64_t *tokens, float *found, int threads)
{
    int32_t *product = malloc(least(rows, JUDGED_ROWS) * vocabulary * sizeof(int32_t));
#pragma omp parallel num_threads(threads)
    {
        float *scores = malloc(vocabulary * sizeof(float));
        for (int64_t from = 0; from < rows; from += JUDGED_ROWS) {
            int64_t some = least(JUDGED_ROWS, rows - from);
#pragma omp for schedule(dynamic)
            for (int64_t begin = 0; begin < vocabulary; begin += JUDGED_COLUMNS)
                for (int64_t r = 0; r < some; r += BLOCK_ROWS)
                    multiply(
                        whole + (from + r) * width, least(some - r, BLOCK_ROWS), width, matrix, begin,
                        least(begin + JUDGED_COLUMNS, vocabulary), vocabulary, product + r * vocabulary);
#pragma omp for schedule(dynamic)
            for (int64_t n = from; n < from + some; n++) {
                const int32_t *row = product + (n - from) * vocabulary;
                int64_t *to = tokens + n * (count + best), *likeliest = to + count;
                float *by = found + n * (count + best), *highest = by + count, top = -INFINITY;
                for (int64_t i = 0; i < best; i++) highest[i] = -INFINITY, likeliest[i] = 0;
                for (int64_t begin = 0; begin < vocabulary; begin += SCORES_AT_ONCE) {
                    int64_t end = least(begin + SCORES_AT_ONCE, vocabulary);
                    floats most = all(-INFINITY);
                    for (int64_t v = begin; v < end; v += LANES) {
                        floats here = load_whole(row + v) * scale[n] * load(of_columns + v);
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
                float whole_of_it = top + logf(sum(total));
                for (int64_t i = 0; i < count + best; i++) by[i] -= whole_of_it;
            }
        }
        free(scores);
    }
    free(product);
}
