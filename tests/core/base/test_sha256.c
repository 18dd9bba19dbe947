/* SPDX-License-Identifier: MIT */
#include "core/base/sha256.h"

#include <string.h>

#include "tests/support/suite.h"

/* FIPS 180-4's examples and vectors of NIST's CAVP (SHA256ShortMsg). */
static const struct {
    const char *message;
    const char *digest;
} VECTORS[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
     "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
    {"\x11\xaf", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
    {"\x74\xba\x25\x21", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"},
};

START_TEST(digests_agree_with_the_standard)
{
    Sha256 sha;
    char hex[SHA256_HEX_SIZE];

    sha256_init(&sha);
    sha256_add(&sha, slice_of(VECTORS[_i].message));
    sha256_hex(&sha, hex);
    ck_assert_str_eq(hex, VECTORS[_i].digest);
}
END_TEST

START_TEST(a_million_times_a)
{
    Sha256 sha;
    char part[1000];
    char hex[SHA256_HEX_SIZE];

    memset(part, 'a', sizeof part);
    sha256_init(&sha);
    for (int i = 0; i < 1000; i++)
        sha256_add(&sha, (Slice){part, sizeof part});
    sha256_hex(&sha, hex);
    ck_assert_str_eq(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

START_TEST(pieces_of_any_size_give_the_same_digest)
{
    char text[300];
    char whole[SHA256_HEX_SIZE];
    char pieces[SHA256_HEX_SIZE];
    Sha256 sha;

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    for (size_t len = 0; len <= sizeof text; len += 7) {
        sha256_init(&sha);
        sha256_add(&sha, (Slice){text, len});
        sha256_hex(&sha, whole);
        for (size_t size = 1; size < 130; size += 9) {
            sha256_init(&sha);
            for (size_t at = 0; at < len; at += size)
                sha256_add(&sha, (Slice){text + at, len - at < size ? len - at : size});
            sha256_add(&sha, (Slice){NULL, 0});
            sha256_hex(&sha, pieces);
            ck_assert_str_eq(pieces, whole);
        }
    }
}
END_TEST

START_TEST(adding_goes_on_after_a_digest)
{
    Sha256 sha;
    char hex[SHA256_HEX_SIZE];

    sha256_init(&sha);
    sha256_add(&sha, SLICE("ab"));
    sha256_hex(&sha, hex);
    sha256_add(&sha, SLICE("c"));
    sha256_hex(&sha, hex);
    ck_assert_str_eq(hex, VECTORS[1].digest);
}
END_TEST

/* On a processor without such instructions it compares the portable code with itself. */
START_TEST(the_processors_own_instructions_agree_with_the_portable_code)
{
    enum { BLOCKS = 40 };
    unsigned char text[BLOCKS * 64 + 1];
    uint32_t random = 1;

    for (size_t i = 0; i < sizeof text; i++) {
        random = random * 1664525 + 1013904223;
        text[i] = (unsigned char)(random >> 24);
    }
    for (size_t count = 0; count <= BLOCKS; count++) {
        for (size_t shift = 0; shift < 2; shift++) {
            uint32_t ours[8] = {1, 2, 3, 4, 5, 6, 0x80000007, 0xFFFFFFFF};
            uint32_t best[8];
            memcpy(best, ours, sizeof best);
            sha256_blocks(ours, text + shift, count);
            sha256_blocks_best()(best, text + shift, count);
            ck_assert_mem_eq(ours, best, sizeof ours);
        }
    }
}
END_TEST

START_TEST(large_pieces_give_the_digest_of_small_ones)
{
    enum { SIZE = 200000 };
    static char text[SIZE];
    char whole[SHA256_HEX_SIZE];
    char pieces[SHA256_HEX_SIZE];
    Sha256 sha;

    for (size_t i = 0; i < SIZE; i++)
        text[i] = (char)(i * i >> 3);
    sha256_init(&sha);
    for (size_t at = 0; at < SIZE; at += 1000)
        sha256_add(&sha, (Slice){text + at, 1000});
    sha256_hex(&sha, pieces);
    for (size_t first = 0; first < 70; first++) {
        sha256_init(&sha);
        sha256_add(&sha, (Slice){text, first});
        sha256_add(&sha, (Slice){text + first, SIZE - first});
        sha256_hex(&sha, whole);
        ck_assert_str_eq(whole, pieces);
    }
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, digests_agree_with_the_standard, 0,
                        (int)(sizeof VECTORS / sizeof VECTORS[0]));
    tcase_add_test(tcase, a_million_times_a);
    tcase_add_test(tcase, pieces_of_any_size_give_the_same_digest);
    tcase_add_test(tcase, the_processors_own_instructions_agree_with_the_portable_code);
    tcase_add_test(tcase, large_pieces_give_the_digest_of_small_ones);
    tcase_add_test(tcase, adding_goes_on_after_a_digest);
}

int
main(void)
{
    return suite_main("core/base/sha256", add);
}
