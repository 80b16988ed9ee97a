/** Benchmarks of the FAT16 file system beside a plain FileChannel and fat32-lib, on the same images in one run. */
package io.torosim.bench.jmh.fat;
