/* embed: writes the files named on its command line as C arrays (base/data.h) to standard output. */
#include <stdio.h>

int
main(int argc, char **argv)
{
	puts("#include \"base/data.h\"");
	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");
		if (!in) {
			perror(argv[i]);
			return 1;
		}
		printf("static const char file_%d[] = {", i);
		int c;
		for (unsigned long n = 0; (c = getc(in)) != EOF; n++)
			printf("%s%d,", n % 24 ? "" : "\n", c > 127 ? c - 256 : c);
		puts("0\n};");
		fclose(in);
	}
	puts("const struct data_file data_files[] = {");
	for (int i = 1; i < argc; i++)
		printf("\t{ \"%s\", file_%d, sizeof(file_%d) - 1 },\n", argv[i], i, i);
	printf("\t{ 0 },\n};\nconst size_t data_file_count = %d;\n", argc - 1);
	return 0;
}
