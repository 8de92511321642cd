// What a layer does beside attention.

// A row normalised and rounded: Zhang and Sennrich 2019, arXiv 1910.07467.
INLINE void normalise_row(const float *row, int64_t width, float epsilon, int8_t *whole, float *scale) {
    floats squares = {0}, most = {0};
    for (int64_t i = 0; i < width; i += LANES) {
        floats here = load(row + i);
        squares += here * here;
        most = larger(most, _mm512_abs_ps(here));
    }
    round_row(row, width, most, whole, scale);
    *scale /= sqrtf(_mm512_reduce_add_ps(squares) / width + epsilon);
}

// A row, to which that of a product is added first.
INLINE void add_and_normalise(
    float *row, const float *product, const float *of_columns, int64_t width, float epsilon, int8_t *whole,
    float *scale)
{
    for (int64_t i = 0; i < width; i += LANES)
        store(row + i, load(row + i) + load(product + i) * load(of_columns + i));
    normalise_row(row, width, epsilon, whole, scale);
}

INLINE void round_plain(const float *row, int64_t width, int8_t *whole, float *scale) {
    floats most = {0};
    for (int64_t i = 0; i < width; i += LANES) most = larger(most, _mm512_abs_ps(load(row + i)));
    round_row(row, width, most, whole, scale);
}

// A row rounded in groups, with a scale for each.
INLINE void round_groups(const float *row, int64_t width, int8_t *whole, float *scale) {
    for (int64_t at = 0; at < width; at += GROUP)
        round_plain(row + at, least(GROUP, width - at), whole + at, scale + at / GROUP);
}

// The inner layer's product (2 F), one half of which opens or shuts the other, rounded in groups (F).
INLINE void open_and_round(
    const int32_t *gate, float of_row, const float *of_columns, int64_t inner, int8_t *whole, float *scale)
{
    const int32_t *up = gate + inner;
    float held[GROUP];
    for (int64_t at = 0; at < inner; at += GROUP) {
        int64_t end = least(at + GROUP, inner);
        floats most = {0};
        for (int64_t i = at; i < end; i += LANES) {
            floats opened = silu(load_whole(gate + i) * of_row * load(of_columns + i));
            // The row's scale is the same for all of the other half, and comes in at the end.
            floats here = opened * load_whole(up + i) * load(of_columns + inner + i);
            store(held + i - at, here);
            most = larger(most, _mm512_abs_ps(here));
        }
        round_row(held, end - at, most, whole + at, scale + at / GROUP);
        scale[at / GROUP] *= of_row;
    }
}

// Rows (N, width) rounded.
void round_rows(const float *states, int64_t rows, int64_t width, int8_t *whole, float *scale, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++) round_plain(states + n * width, width, whole + n * width, scale + n);
}

// Rows (N, width) normalised and rounded.
void normalise(
    const float *states, int64_t rows, int64_t width, float epsilon, int8_t *whole, float *scale, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < rows; n++)
        normalise_row(states + n * width, width, epsilon, whole + n * width, scale + n);
}

// From attention to the next: what it mixed (N, H D) is multiplied and added to the states (N, C), these go normalised
// through the inner layer, which is added, too; and normalised and rounded they are left for the next product.
void go_on(
    float *states, const float *mixed, int64_t rows, int64_t width, int64_t heads_width, int64_t inner, float epsilon,
    const uint8_t *mixed_matrix, const float *of_mixed, const uint8_t *inner_matrix, const float *of_inner,
    const uint8_t *outer_matrix, const float *of_outer, int8_t *whole, float *scale, int threads)
{
    int64_t block = block_rows(rows, threads), widest = inner > heads_width ? inner : heads_width;
    int64_t heads_groups = groups_of(heads_width), inner_groups = groups_of(inner);
#pragma omp parallel num_threads(threads)
    {
        int32_t *product = malloc(block * 2 * inner * sizeof(int32_t));
        float *change = malloc(block * width * sizeof(float));
        int8_t *held = malloc(block * widest);
        float *held_scale = malloc(block * groups_of(widest) * sizeof(float));
#pragma omp for schedule(dynamic)
        for (int64_t begin = 0; begin < rows; begin += block) {
            int64_t count = least(block, rows - begin);
            float *here = states + begin * width, *to_scale = scale + begin;
            const float *from = mixed + begin * heads_width;
            int8_t *to = whole + begin * width;
            for (int64_t r = 0; r < count; r++)
                round_groups(
                    from + r * heads_width, heads_width, held + r * heads_width, held_scale + r * heads_groups);
            multiply_groups(held, held_scale, count, heads_width, mixed_matrix, width, change);
            for (int64_t r = 0; r < count; r++)
                add_and_normalise(
                    here + r * width, change + r * width, of_mixed, width, epsilon, to + r * width, to_scale + r);
            multiply(to, count, width, inner_matrix, 0, 2 * inner, 2 * inner, product);
            for (int64_t r = 0; r < count; r++)
                open_and_round(
                    product + r * 2 * inner, to_scale[r], of_inner, inner, held + r * inner,
                    held_scale + r * inner_groups);
            multiply_groups(held, held_scale, count, inner, outer_matrix, width, change);
            for (int64_t r = 0; r < count; r++)
                add_and_normalise(
                    here + r * width, change + r * width, of_outer, width, epsilon, to + r * width, to_scale + r);
        }
        free(product);
        free(change);
        free(held);
        free(held_scale);
    }
}

// Rounded rows (N, C) multiplied into queries (N, H, D), times D ** -0.5, and keys (B, G, D, T) and values (B, G, T,
// D) at their places; queries and keys are turned by their position's angles: Su et al. 2021, arXiv 2104.09864. cosine
// and sine are (angles, D), `turns` (N) are the rows' there; the places count through all sequences.
void ask(
    const int8_t *whole, const float *scale, int64_t rows, int64_t width, const uint8_t *matrix,
    const float *of_columns, const int64_t *places, const int64_t *turns, int64_t count, int64_t groups, int64_t head,
    int64_t length, const float *cosine, const float *sine, float *query, float *keys, float *values, int threads)
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
