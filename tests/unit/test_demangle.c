#include "artifact/demangle.h"
#include "check.h"
#include "corpus.h"
#include "tests/fuzz/fuzz_demangle.c"

struct row {
	const char *symbol, *name; /* NULL: not one of Rust's */
};

static void
check_rows(const struct row *rows, size_t count, enum demangle_args args)
{
	for (size_t i = 0; i < count; i++) {
		struct str out = STR_INIT;
		bool is = demangle(rows[i].symbol, args, &out);

		if (is != (rows[i].name != NULL) ||
			(is && strcmp(str_cstr(&out), rows[i].name) != 0))
			fail_msg("%s\n is %s\nnot %s", rows[i].symbol, is ? str_cstr(&out) : "-",
				rows[i].name ? rows[i].name : "-");
		str_fini(&out);
	}
}

/* Legacy names, among them the examples of the rustc-demangle crate. */
static void
legacy(void **state)
{
	static const struct row rows[] = {
		{ "test", NULL }, { "", NULL }, { "_ZN4testE", "test" }, { "_ZN4test", NULL },
		{ "_ZNfooE", NULL }, { "_ZN4test1a2bcE", "test::a::bc" }, { "_ZN4$RP$E", ")" },
		{ "_ZN8$RF$testE", "&test" }, { "_ZN8$BP$test4foobE", "*test::foob" },
		{ "_ZN9$u20$test4foobE", " test::foob" },
		{ "_ZN35Bar$LT$$u5b$u32$u3b$$u20$4$u5d$$GT$E", "Bar<[u32; 4]>" },
		{ "_ZN12test$BP$test4foobE", "test*test::foob" },
		{ "__ZN5alloc9allocator6Layout9for_value17h02a996811f781011E",
			"alloc::allocator::Layout::for_value" },
		{ "__ZN38_$LT$core..option..Option$LT$T$GT$$GT$6unwrap18_MSG_FILE_LINE_"
		  "COL17haf7cb8d5824ee659E",
			"<core::option::Option<T>>::unwrap::_MSG_FILE_LINE_COL" },
		{ "_ZN13test$u20$test4foobE", "test test::foob" },
		{ "_ZN13_$LT$test$GT$E", "<test>" },
		{ "_ZN28_$u7b$$u7b$closure$u7d$$u7d$E", "{{closure}}" },
		{ "_ZN15__STATIC_FMTSTRE", "__STATIC_FMTSTR" },
		{ "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$"
		  "3barE",
			"<Test + 'static as foo::Bar<Test>>::bar" },
		{ "_ZN3foo17h05af221e174051e9E", "foo" },
		{ "_ZN3foo20h05af221e174051e9abcE", "foo" },
		{ "_ZN17h05af221e174051e93fooE", "h05af221e174051e9::foo" },
		{ "_ZN3foo16ffaf221e174051e9E", "foo::ffaf221e174051e9" },
		{ "_ZN3foo17hg5af221e174051e9E", "foo::hg5af221e174051e9" },
		{ "_ZN9backtrace3foo17hbb467fcdaea5d79bE.llvm.A5310EB9", "backtrace::foo" },
		{ "_ZN3fooE.llvm.9D1C9369@@16", "foo" }, { "_ZN3fooE.exit.i.i", "foo.exit.i.i" },
		{ "_ZN3fooE.llvm moocow", NULL }, { "_ZN2222222222222222222222EE", NULL },
		{ "_ZN5*70527e27.ll34csa\xd2\x93"
		  "E",
			NULL },
		{ "_ZN88_$LT$core..result..Result$LT$$u21$$C$$u20$E$GT$$u20$as$u20$std..process.."
		  "Termination$GT$6report17hfc41d0da4a40b3e8E",
			"<core::result::Result<!, E> as std::process::Termination>::report" },
		{ "_ZN11issue_609253foo37Foo$LT$issue_60925..llv$u6d$..Foo$GT$"
		  "3foo17h059a991a004536adE",
			"issue_60925::foo::Foo<issue_60925::llvm::Foo>::foo" },
		{ "_ZN4core3fmt5Write9write_fmt17h0E", NULL },
		{ "_ZNSt6vectorIiSaIiEE9push_backEOi", NULL }, /* C++ */
	};

	check_rows(rows, COUNT(rows), DEMANGLE_ARGS);
}

/* v0 names: the examples of the rustc book and of the rustc-demangle crate. */
static void
v0(void **state)
{
	static const struct row rows[] = {
		{ "_RNvCs1234_7mycrate7example", "mycrate::example" },
		{ "_RNvC6_123foo3bar", "123foo::bar" },
		{ "_RC4f128", "f128" },
		{ "_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>" },
		{ "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
			"utf8_idents::საჭმელად_გემრიელი_სადილი" },
		{ "_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_", "cc::spawn::{closure#0}::{closure#0}" },
		{ "_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_"
		  "4iter8iterator8Iterator"
		  "9rpositionNCNgNpB9_6memchr7memrchrs_0E0Bb_",
			"<core::slice::Iter<u8> as core::iter::iterator::Iterator>::rposition::"
			"<core::slice::memchr::memrchr::{closure#1}>::{closure#0}" },
		{ "_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_"
		  "ECs1iopQbuBiw2_3std",
			"alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>" },
		{ "_RMC0DNtC5krate5Traitp1NKj0_EL_", "<dyn krate::Trait<N = 0>>" },
		{ "_RMC0WmRm1_m9_", "<u32 is 1..=9>" },
		{ "_RMC0WmORm1_m2_Rm5_m6_E", "<u32 is 1..=2 | 5..=6>" },
		{ "_RMC0WmORm1_m2_Rm5_m6_", NULL },
		{ "_RMC0INtC8arrayvec8ArrayVechKj7b_E", "<arrayvec::ArrayVec<u8, 123>>" },
		{ "_RIC0KpE", "::<_>" },
		{ "_RIC0Khb_E", "::<11>" },
		{ "_RIC0Koff00ff00ff00ff00ff_E", "::<0xff00ff00ff00ff00ff>" },
		{ "_RIC0Kanb_E", "::<-11>" },
		{ "_RIC0Kb0_E", "::<false>" },
		{ "_RIC0Kb2_E", NULL },
		{ "_RIC0Kc76_E", "::<'v'>" },
		{ "_RIC0Kc22_E", "::<'\"'>" },
		{ "_RIC0Kca_E", "::<'\\n'>" },
		{ "_RIC0Kc2202_E", "::<'∂'>" },
		{ "_RIC0Kcd800_E", NULL },
		{ "_RIC0Ke616263_E", "::<{*\"abc\"}>" },
		{ "_RIC0Ke27_E", "::<{*\"'\"}>" },
		{ "_RIC0Ke090a_E", "::<{*\"\\t\\n\"}>" },
		{ "_RIC0Kee28882c3bc_E", "::<{*\"∂ü\"}>" },
		{ "_RIC0KRe616263_E", "::<\"abc\">" },
		{ "_RIC0KRpE", "::<{&_}>" },
		{ "_RIC0KRRRh0_E", "::<{&&&0}>" },
		{ "_RIC0KRRRe_E", "::<{&&\"\"}>" },
		{ "_RIC0KQAEE", "::<{&mut []}>" },
		{ "_RIC0KAh1_h2_h3_EE", "::<{[1, 2, 3]}>" },
		{ "_RIC0KAAh1_h2_EAh3_h4_EEE", "::<{[[1, 2], [3, 4]]}>" },
		{ "_RIC0KTEE", "::<{()}>" },
		{ "_RIC0KTj0_EE", "::<{(0,)}>" },
		{ "_RIC0KTRe616263_c78_RAh1_h2_h3_EEE", "::<{(\"abc\", 'x', &[1, 2, 3])}>" },
		{ "_RIC0KVNvINtNtC4core6option6OptionjE4NoneUE",
			"::<{core::option::Option::<usize>::None}>" },
		{ "_RIC0KVNvINtNtC4core6option6OptionjE4SomeTj0_EE",
			"::<{core::option::Option::<usize>::Some(0)}>" },
		{ "_RIC0KVNtC3foo3BarS1sRe616263_2chc78_5sliceRAh1_h2_h3_EEE",
			"::<{foo::Bar { s: \"abc\", ch: 'x', slice: &[1, 2, 3] }}>" },
		{ "_RMC0TTTpB4_EB3_E", NULL },
		{ "_RMC0TTpB4_EB3_E", "<((_, _), (_, _))>" },
		{ "_RMC0FG_RL0_hEu", "<for<'a> fn(&'a u8)>" },
		{ "_RMC0FUKCEu", "<unsafe extern \"C\" fn()>" },
		{ "_RMC0FK11sysv64_testEh", "<extern \"sysv64-test\" fn() -> u8>" },
		{ "_RMC0RL_e", "<&str>" },
		{ "_RMC0RL0_e", NULL },
		{ "_RC3foo.llvm.9D1C9369@@16", "foo" },
		{ "_RNvNtNtNtNtCs92dm3009vxr_4rand4rngs7adapter9reseeding4fork"
		  "23FORK_HANDLER_REGISTERED.0.0",
			"rand::rngs::adapter::reseeding::fork::FORK_HANDLER_REGISTERED.0.0" },
		{ "_R", NULL },
		{ "RC2_cbc_encrypt", NULL }, /* OpenSSL's */
		{ "_RNv", NULL },
		{ "_RB_", NULL },
		{ "_Rfoo", NULL },
		{ "_RC3fo", NULL },
	};

	check_rows(rows, COUNT(rows), DEMANGLE_ARGS);
}

/* Copies of one generic function have one name without their arguments. */
static void
copies_are_one(void **state)
{
	static const struct row rows[] = {
		{ "_RINvNtC3std3mem8align_ofdE", "std::mem::align_of" },
		{ "_RINvNtC3std3mem8align_ofINtC3foo3BarhEE", "std::mem::align_of" },
		{ "_RNvXs_C3fooINtB4_3BarhENtB4_3Baz3run", "<foo::Bar as foo::Baz>::run" },
		{ "_RNvXs_C3fooINtB4_3BartENtB4_3Baz3run", "<foo::Bar as foo::Baz>::run" },
		{ "_RINvC3foo4dropDINtB2_5FnBoxuEp6OutputuEL_E", "foo::drop" },
		{ "_ZN3foo3bar17h05af221e174051e9E", "foo::bar" },
	};

	check_rows(rows, COUNT(rows), DEMANGLE_NO_ARGS);
}

/* Code belongs to the crate that has it written: the impl's, not the one that asked for a copy. */
static void
whose_it_is(void **state)
{
	static const struct row rows[] = {
		{ "_RNvCs1234_7mycrate7example", "mycrate" },
		{ "_RINvNtC3std3mem8align_ofNtC3foo3BarE", "std" },
		{ "_RNvXs_C3fooINtNtC4core6option6OptionhENtC5serde3Ser3run", "foo" },
		{ "_RNvYNtC3foo3BarNtC4core5Clone5clone", "foo" },
		{ "_ZN5serde2de4read17h05af221e174051e9E", "serde" },
		{ "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h05af221e174051e9E",
			"core" },
		{ "_ZN47_$LT$foo..Bar$u20$as$u20$core..clone..Clone$GT$5clone17h05af221e174051e9E",
			"foo" },
		{ "_ZN60_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$serde..de..Read$GT$4read"
		  "17h05af221e174051e9E",
			"serde" },
		{ "_ZN41_$LT$u8$u20$as$u20$core..fmt..Display$GT$3fmt17h05af221e174051e9E",
			"core" },
		{ "_ZN4testE", "" }, /* without a hash it may be C++'s */
		{ "main", "" },
		{ "RC2_cbc_encrypt", "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_span(demangle_crate(rows[i].symbol), rows[i].name);
}

/* Names made to blow up end soon, in time and in stack. */
static void
explosions(void **state)
{
	struct str symbol = STR_INIT, out = STR_INIT;

	str_append(&symbol, "_RMC0");
	str_append_repeat(&symbol, 'T', 40);
	str_append(&symbol, "p");
	for (int i = 40; i > 0; i--)
		str_appendf(&symbol, "B%c_E",
			i < 10           ? '0' + i
				: i < 36 ? 'a' + i - 10
					 : 'A' + i - 36);
	demangle(symbol.data, DEMANGLE_ARGS, &out);
	assert_true(out.len <= DEMANGLE_MAX);
	str_clear(&symbol);
	str_append(&symbol, "_RMC0");
	str_append_repeat(&symbol, 'R', 1000000);
	str_append(&symbol, "p");
	str_clear(&out);
	assert_false(demangle(symbol.data, DEMANGLE_ARGS, &out));
	assert_int_equal(out.len, 0);
	str_fini(&symbol);
	str_fini(&out);
}

/* What the fuzzer has learnt stays learnt. */
static void
corpus(void **state)
{
	corpus_replay("tests/corpus/demangle");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(legacy),
		cmocka_unit_test(v0),
		cmocka_unit_test(copies_are_one),
		cmocka_unit_test(whose_it_is),
		cmocka_unit_test(explosions),
		cmocka_unit_test(corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
