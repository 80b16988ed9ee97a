/**
 * The far end of a guest's wire: {@link io.torosim.guest.remote.RemoteHost} answers ARP and echo requests and opens TCP
 * connections; {@link io.torosim.guest.remote.HttpLoad} makes requests as {@code ab} does, or at random moments.
 */
package io.torosim.guest.remote;
