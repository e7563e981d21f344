/// What tells one boot of this machine from another.
public enum MachineBoot {
    /// The kernel's name for the present one (`/proc/sys/kernel/random/boot_id`, random(4)); nil where it tells none.
    public static var present: String? {
        KernelFile.read("/proc/sys/kernel/random/boot_id").map {
            String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
    }
}
