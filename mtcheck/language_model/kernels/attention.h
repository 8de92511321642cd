// Causal attention, and what a continuation sees of a window and of itself.

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
    float top = _mm512_reduce_max_ps(most);
    for (int64_t k = 0; k < end; k += LANES) {
        floats here = exponential(load(scores + k) - top);
        total += here;
        store(scores + k, here);
    }
    return _mm512_reduce_add_ps(total);
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

// Causal attention of queries (N, H, D) -> mixed (N, H, D). Sequence b has `lengths[b]` rows from row `firsts[b]` on,
// none more than `asked`. Each sees `seen[b]` positions of window `windows[b]` of keys (W, G, D, S) and values (W, G,
// S, D), and where nothing of its own is given, one more for each of its rows. Else it sees its own keys (R, G, D, t)
// and values (R, G, t, D) at row `own_rows[b]`: those of `before` places, and one more for each of its rows.
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
        attend_some( \
            HEADS, TOKENS, query + at, count * width, width, window_keys, window_values, span, prefix, own_here, \
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
