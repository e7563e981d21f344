/// What a node can do, as told in the handshake: the `DFLAG_*` of `erl_dist_protocol`.
struct DistributionFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt64

    static let extendedReferences = Self(rawValue: 0x4)
    static let funTags = Self(rawValue: 0x10)
    static let newFunTags = Self(rawValue: 0x80)
    static let extendedPidsPorts = Self(rawValue: 0x100)
    static let exportPtrTag = Self(rawValue: 0x200)
    static let bitBinaries = Self(rawValue: 0x400)
    static let newFloats = Self(rawValue: 0x800)
    static let utf8Atoms = Self(rawValue: 0x1_0000)
    static let mapTag = Self(rawValue: 0x2_0000)
    static let bigCreation = Self(rawValue: 0x4_0000)
    static let handshake23 = Self(rawValue: 0x100_0000)
    static let unlinkID = Self(rawValue: 0x200_0000)
    static let spawn = Self(rawValue: 1 << 32)
    static let nameMe = Self(rawValue: 1 << 33)
    static let v4NC = Self(rawValue: 1 << 34)
    static let alias = Self(rawValue: 1 << 35)
    static let mandatory25Digest = Self(rawValue: 1 << 36)

    /// What OTP 25 and 26 want of every peer.
    static let mandatory: Self = [
        .extendedReferences, .funTags, .newFunTags, .extendedPidsPorts, .exportPtrTag, .bitBinaries, .newFloats, .utf8Atoms,
        .mapTag, .bigCreation, .handshake23,
    ]

    /// What we offer. Not `PUBLISHED`: we are hidden, and take no part in the mesh. Neither `DIST_HDR_ATOM_CACHE` nor
    /// `FRAGMENTS`: each message is then one frame of plain terms.
    static let ours: Self = [.mandatory, .unlinkID, .v4NC, .mandatory25Digest, .spawn, .alias]

    /// What a peer must be able to do so that we understand each other.
    static let requiredOfPeer: Self = [
        .extendedReferences, .extendedPidsPorts, .newFloats, .utf8Atoms, .mapTag, .bigCreation, .handshake23,
    ]

    /// Whether the peer understands us. From OTP 25 on, one flag may stand for all the mandatory ones.
    var suffices: Bool { contains(.mandatory25Digest) || isSuperset(of: .requiredOfPeer) }
}
