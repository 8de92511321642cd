// Probabilities over the vocabulary, where they are asked for.

// Columns of the vocabulary's matrix that are computed at once, which are in a processor's own cache meanwhile, and
// rows for which the matrix is read once.
#define JUDGED_COLUMNS (16 * PANEL)
#define JUDGED_ROWS 512
#define SCORES_AT_ONCE (8 * LANES)

// Put a token among the highest, which are in order; of equals the first in the vocabulary comes first.
static void insert(float score, int64_t token, int64_t best, float *highest, int64_t *likeliest) {
    int64_t at = best - 1;
    for (; at > 0 && (highest[at - 1] < score || (highest[at - 1] == score && likeliest[at - 1] > token)); at--) {
        highest[at] = highest[at - 1];
        likeliest[at] = likeliest[at - 1];
    }
    highest[at] = score;
    likeliest[at] = token;
}

// Of the scores of a row from `begin` on, as sums of whole numbers: the highest one and the sum of e to the power of
// what the others are below it; the highest tokens so far are brought up to date. scores has room for them.
INLINE void judge_part(
    const int32_t *product, float of_row, const float *of_columns, int64_t begin, int64_t columns, float *scores,
    int64_t best, float *highest, int64_t *likeliest, float *top, float *total)
{
    floats most = all(-INFINITY), found = {0};
    for (int64_t from = 0; from < columns; from += SCORES_AT_ONCE) {
        int64_t end = least(from + SCORES_AT_ONCE, columns);
        floats here = all(-INFINITY);
        for (int64_t i = from; i < end; i += LANES) {
            floats some = load_whole(product + i) * of_row * load(of_columns + i);
            store(scores + i, some);
            here = larger(here, some);
        }
        most = larger(most, here);
        if (!best || _mm512_reduce_max_ps(here) <= highest[best - 1]) continue;
        for (int64_t i = from; i < end; i++)
            if (scores[i] > highest[best - 1]) insert(scores[i], begin + i, best, highest, likeliest);
    }
    *top = _mm512_reduce_max_ps(most);
    for (int64_t i = 0; i < columns; i += LANES) found += exponential(load(scores + i) - *top);
    *total = _mm512_reduce_add_ps(found);
}

// Tokens (N, w + best) after rounded states (N, C), the `count` (w) wanted ones (N, w) and behind them the `best`
// likeliest of a vocabulary (V), and their log-probabilities in nats.
void judge(
    const int8_t *whole, const float *scale, int64_t rows, int64_t width, const uint8_t *matrix,
    const float *of_columns, int64_t vocabulary, const int64_t *wanted, int64_t count, int64_t best, int64_t *tokens,
    float *found, int threads)
{
    int64_t parts = (vocabulary + JUDGED_COLUMNS - 1) / JUDGED_COLUMNS, every = least(rows, JUDGED_ROWS);
    float *tops = malloc(every * parts * sizeof(float)), *totals = malloc(every * parts * sizeof(float));
    // Each thread has its own highest tokens; which parts it looked through does not matter when they are put together.
    float *highest = malloc(threads * every * best * sizeof(float) + 1);
    int64_t *likeliest = malloc(threads * every * best * sizeof(int64_t) + 1);
#pragma omp parallel num_threads(threads)
    {
        int32_t *product = malloc(BLOCK_ROWS * JUDGED_COLUMNS * sizeof(int32_t));
        float scores[JUDGED_COLUMNS];
        float *high = highest + omp_get_thread_num() * every * best;
        int64_t *likely = likeliest + omp_get_thread_num() * every * best;
        for (int64_t from = 0; from < rows; from += JUDGED_ROWS) {
            int64_t some = least(JUDGED_ROWS, rows - from);
            for (int64_t i = 0; i < some * best; i++) high[i] = -INFINITY, likely[i] = vocabulary;
#pragma omp for schedule(dynamic)
            for (int64_t part = 0; part < parts; part++) {
                int64_t begin = part * JUDGED_COLUMNS, columns = least(JUDGED_COLUMNS, vocabulary - begin);
                for (int64_t r = 0; r < some; r += BLOCK_ROWS) {
                    int64_t block = least(some - r, BLOCK_ROWS);
                    multiply(
                        whole + (from + r) * width, block, width, matrix + begin * width, 0, columns, columns, product);
                    for (int64_t n = r; n < r + block; n++) {
                        const int64_t *asked = wanted + (from + n) * count;
                        judge_part(
                            product + (n - r) * columns, scale[from + n], of_columns + begin, begin, columns, scores,
                            best, high + n * best, likely + n * best, tops + n * parts + part,
                            totals + n * parts + part);
                        for (int64_t i = 0; i < count; i++)
                            if (asked[i] >= begin && asked[i] < begin + columns)
                                found[(from + n) * (count + best) + i] = scores[asked[i] - begin];
                    }
                }
            }
#pragma omp for schedule(static)
            for (int64_t n = 0; n < some; n++) {
                int64_t *to = tokens + (from + n) * (count + best), *first = to + count;
                float *by = found + (from + n) * (count + best), *first_by = by + count, top = -INFINITY, total = 0;
                for (int64_t i = 0; i < count; i++) to[i] = wanted[(from + n) * count + i];
                for (int64_t i = 0; i < best; i++) first_by[i] = -INFINITY, first[i] = vocabulary;
                for (int64_t i = 0; i < omp_get_num_threads() * best; i++) {
                    int64_t at = (i / best * every + n) * best + i % best;
                    float score = highest[at];
                    if (score > first_by[best - 1] || (score == first_by[best - 1] && likeliest[at] < first[best - 1]))
                        insert(score, likeliest[at], best, first_by, first);
                }
                for (int64_t part = 0; part < parts; part++) top = fmaxf(top, tops[n * parts + part]);
                for (int64_t part = 0; part < parts; part++)
                    total += totals[n * parts + part] * expf(tops[n * parts + part] - top);
                float whole_of_it = top + logf(total);
                for (int64_t i = 0; i < count + best; i++) by[i] -= whole_of_it;
            }
        }
        free(product);
    }
    free(tops);
    free(totals);
    free(highest);
    free(likeliest);
}
