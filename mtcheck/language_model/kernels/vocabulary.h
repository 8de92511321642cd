// Probabilities over the vocabulary, where they are asked for.

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

// Tokens (N, w + best) after rounded states (N, C), the `count` (w) wanted ones (N, w) and behind them the `best`
// likeliest of a vocabulary (V), and their log-probabilities in nats.
void judge(
    const int8_t *whole, const float *scale, int64_t rows, int64_t width, const uint8_t *matrix,
    const float *of_columns, int64_t vocabulary, const int64_t *wanted, int64_t count, int64_t best, int64_t *tokens,
    float *found, int threads)
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
                    float peak = _mm512_reduce_max_ps(most);
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
                float whole_of_it = top + logf(_mm512_reduce_add_ps(total));
                for (int64_t i = 0; i < count + best; i++) by[i] -= whole_of_it;
            }
        }
        free(scores);
    }
    free(product);
}
