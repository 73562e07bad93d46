/* check: what every unit test includes, cmocka with the headers it wants first. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/str.h"

#define assert_span(span, text)                                                                    \
	do {                                                                                       \
		char *copy_ = span_dup(span);                                                      \
		assert_string_equal(copy_, text);                                                  \
		free(copy_);                                                                       \
	} while (0)

/* For a `char *` that the caller must free. */
#define assert_text(expression, text)                                                              \
	do {                                                                                       \
		char *text_ = (expression);                                                        \
		assert_non_null(text_);                                                            \
		assert_string_equal(text_, text);                                                  \
		free(text_);                                                                       \
	} while (0)
