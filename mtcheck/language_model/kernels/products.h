// Products of rows and matrices of 8 bits. Sums are of whole numbers, and exact; those of groups are added as floats.

// A matrix of 8 bits and the scales of its columns. Its bytes, each 128 more than the number, lie as the processor sums
// them (VNNI): by panels of 32 columns, in those by fours of rows, in those by columns.
#define PANEL (2 * LANES)
#define FOUR 4

// Rows of a product that are computed at once: their sums are in registers meanwhile.
#define TILE_ROWS 12
#define UNROLLED _Pragma("GCC unroll 12")
// Rows that go through a layer's steps at once: what they leave between these is in the processor's own cache.
#define BLOCK_ROWS 48
// Fewer are not worth another thread's reading the matrices.
#define FEWEST_ROWS 6

// Inputs that share a scale, where a row's are rounded in groups.
#define GROUP 128

INLINE int64_t groups_of(int64_t width) { return (width + GROUP - 1) / GROUP; }

// What the 128 that is added to a matrix's numbers adds to the sums of a row.
INLINE int32_t excess_of(const int8_t *whole, int64_t width) {
    __m512i total = _mm512_setzero_si512();
    for (int64_t k = 0; k < width; k += 2 * LANES) {
        __m256i here = _mm256_loadu_si256((const __m256i *)(whole + k));
        total = _mm512_dpbusd_epi32(total, _mm512_set1_epi8((char)128), _mm512_zextsi256_si512(here));
    }
    return _mm512_reduce_add_epi32(total);
}

// The product of some rows, which lie `stride` apart, and a panel; the sums of a row go `columns` behind the last's.
INLINE void multiply_tile(
    const int rows, const int8_t *whole, int64_t stride, int64_t width, const uint8_t *panel, const int32_t *excess,
    int32_t *product, int64_t columns)
{
    __m512i sums[TILE_ROWS][2];
    UNROLLED for (int r = 0; r < rows; r++) sums[r][0] = sums[r][1] = _mm512_set1_epi32(-excess[r]);
    for (int64_t k = 0; k < width; k += FOUR) {
        __m512i one = _mm512_loadu_si512(panel + k * PANEL), two = _mm512_loadu_si512(panel + k * PANEL + FOUR * LANES);
        UNROLLED for (int r = 0; r < rows; r++) {
            __m512i four = _mm512_set1_epi32(*(const int32_t *)(whole + r * stride + k));
            sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], one, four);
            sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], two, four);
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        _mm512_storeu_si512(product + r * columns, sums[r][0]);
        _mm512_storeu_si512(product + r * columns + LANES, sums[r][1]);
    }
}

// As many rows at once as there are, up to TILE_ROWS.
#define TILE(ROWS) \
    case ROWS: multiply_tile(ROWS, whole, stride, width, panel, excess, product, columns); break;
static void multiply_panel(
    int64_t rows, const int8_t *whole, int64_t stride, int64_t width, const uint8_t *panel, const int32_t *excess,
    int32_t *product, int64_t columns)
{
    switch (rows) {
        TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12)
    }
}

// Rows of each tile, which share some rows as evenly as can be.
INLINE int64_t tile_rows(int64_t rows) {
    int64_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
    return (rows + tiles - 1) / tiles;
}

// Columns `begin` to `end`, whole panels, of the product of up to BLOCK_ROWS rows (rows, width) and a matrix.
static void multiply(
    const int8_t *whole, int64_t rows, int64_t width, const uint8_t *matrix, int64_t begin, int64_t end,
    int64_t columns, int32_t *product)
{
    int32_t excess[BLOCK_ROWS];
    for (int64_t r = 0; r < rows; r++) excess[r] = excess_of(whole + r * width, width);
    int64_t tile = tile_rows(rows);
    for (int64_t c = begin; c < end; c += PANEL)
        for (int64_t r = 0; r < rows; r += tile)
            multiply_panel(
                least(rows - r, tile), whole + r * width, width, width, matrix + c * width, excess + r,
                product + r * columns + c, columns);
}

// The product (rows, columns) of up to BLOCK_ROWS rows (rows, width) and a matrix, before it is scaled by columns. The
// rows are rounded in groups, whose scales are (rows, groups).
static void multiply_groups(
    const int8_t *whole, const float *scale, int64_t rows, int64_t width, const uint8_t *matrix, int64_t columns,
    float *product)
{
    int64_t groups = groups_of(width), tile = tile_rows(rows);
    int32_t excess[groups][BLOCK_ROWS], sums[TILE_ROWS * PANEL];
    for (int64_t g = 0; g < groups; g++)
        for (int64_t r = 0; r < rows; r++)
            excess[g][r] = excess_of(whole + r * width + g * GROUP, least(GROUP, width - g * GROUP));
    for (int64_t c = 0; c < columns; c += PANEL) {
        for (int64_t begin = 0; begin < rows; begin += tile) {
            int64_t some = least(rows - begin, tile);
            floats found[TILE_ROWS][2] = {{{0}}};
            for (int64_t g = 0; g < groups; g++) {
                int64_t at = g * GROUP;
                multiply_panel(
                    some, whole + begin * width + at, width, least(GROUP, width - at), matrix + c * width + at * PANEL,
                    excess[g] + begin, sums, PANEL);
                for (int64_t r = 0; r < some; r++) {
                    floats by = all(scale[(begin + r) * groups + g]);
                    found[r][0] += load_whole(sums + r * PANEL) * by;
                    found[r][1] += load_whole(sums + r * PANEL + LANES) * by;
                }
            }
            for (int64_t r = 0; r < some; r++) {
                store(product + (begin + r) * columns + c, found[r][0]);
                store(product + (begin + r) * columns + c + LANES, found[r][1]);
            }
        }
    }
}

// How many rows a thread takes at once: no more than a block, and so many that all threads have as much to do.
static int64_t block_rows(int64_t rows, int threads) {
    int64_t blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS, turns = (blocks + threads - 1) / threads;
    int64_t each = (rows + turns * threads - 1) / (turns * threads);
    return each < FEWEST_ROWS ? FEWEST_ROWS : each;
}
