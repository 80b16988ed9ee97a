/**
 * FAT16 volumes as {@code java.nio.file} file systems.
 *
 * <pre>{@code
 * try (FileSystem fs = FileSystems.newFileSystem(Path.of("disk.img"), Map.of())) {
 *     byte[] bytes = Files.readAllBytes(fs.getPath("/DIR/A.TXT"));
 * }
 * }</pre>
 *
 * <p>{@link io.torosim.fat.nio.FatFileSystemProvider} says which keys the map may have, and opens any
 * {@link io.torosim.core.block.BlockDevice} too.
 */
package io.torosim.fat.nio;
