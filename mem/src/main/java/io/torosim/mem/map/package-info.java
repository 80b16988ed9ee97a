/**
 * Where things lie in guest-physical memory at boot. Start with {@link io.torosim.mem.map.PhysicalMap}; the firmware's
 * table is {@link io.torosim.mem.map.PhysicalMap.E820Map}, the paging structures {@link io.torosim.mem.map.PhysicalMap.IdentityPageTables}.
 */
package io.torosim.mem.map;
