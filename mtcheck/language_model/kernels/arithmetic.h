// Sixteen floats at a time, and rows of them made whole numbers of 8 bits.

#include <immintrin.h>
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16
#define WIDEST_HEAD 256
#define LARGEST 127.0f
#define LEAST 1e-12f

typedef __m512 floats;

#define INLINE static inline __attribute__((always_inline))

INLINE int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }
INLINE floats all(float value) { return _mm512_set1_ps(value); }
INLINE floats load(const float *at) { return _mm512_loadu_ps(at); }
INLINE void store(float *at, floats what) { _mm512_storeu_ps(at, what); }
INLINE floats load_whole(const int32_t *at) { return _mm512_cvtepi32_ps(_mm512_loadu_si512(at)); }
INLINE floats larger(floats one, floats other) { return _mm512_max_ps(one, other); }

// e to the power of x, within 2 units in the last place, 0 far below: Cephes' expf by S. L. Moshier.
INLINE floats exponential(floats x) {
    floats bounded = larger(x, all(-200.0f));
    floats power = _mm512_roundscale_ps(bounded * 1.44269504f, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    floats rest = bounded - power * 0.693359375f + power * 2.12194440e-4f;
    floats series = all(1.9875691500e-4f);
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    series = series * rest * rest + rest + 1.0f;
    return _mm512_scalef_ps(series, power);
}

// x / (1 + e to the power of -x), within some units in the last place; the division is one step of Newton's from 14
// bits.
INLINE floats silu(floats x) {
    floats below = 1.0f + exponential(_mm512_min_ps(-x, all(80.0f)));
    floats near = _mm512_rcp14_ps(below);
    return x * (near * (2.0f - below * near));
}

INLINE void round_row(const float *row, int64_t width, floats most, int8_t *whole, float *scale) {
    float bound = _mm512_reduce_max_ps(most);
    bound = bound < LEAST ? LEAST : bound;
    floats by = all(LARGEST / bound);
    for (int64_t i = 0; i < width; i += LANES) {
        __m512i nearest = _mm512_cvtps_epi32(load(row + i) * by);
        _mm_storeu_si128((__m128i *)(whole + i), _mm512_cvtepi32_epi8(nearest));
    }
    *scale = bound / LARGEST;
}
