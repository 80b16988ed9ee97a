/** How devices differ from one place to another: start with {@link io.torosim.virtio.profile.DeviceProfile}. */
package io.torosim.virtio.profile;
