// Products of rows and matrices of 8 bits. Their sums are of whole numbers, and exact.

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
    const int8_t *whole, int64_t rows, int64_t width, const uint8_t *matrix, int64_t begin, int64_t end,
    int64_t columns, int32_t *product)
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
        multiply_tile( \
            ROWS, whole + r * width, width, matrix + c * width, excess + r, product + r * columns + c, columns); \
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
