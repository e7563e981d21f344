import Glibc

/// An open file; closes itself.
struct OpenFile: ~Copyable {
    let descriptor: Int32

    /// Opens a file, close-on-exec. Throws ``ReleaseError`` with what `errno` says.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(ReleaseError) {
        descriptor = try retrying(path, "open") { open(path, flags | O_CLOEXEC, mode) }
    }

    deinit { close(descriptor) }

    /// Reads into the buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, of path: String) throws(ReleaseError) -> Int {
        try retrying(path, "read") { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Writes everything.
    func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(ReleaseError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try retrying(path, "write") { Glibc.write(descriptor, rest.baseAddress, rest.count) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes everything.
    func write(_ bytes: [UInt8], to path: String) throws(ReleaseError) {
        let buffer = Buffer(count: bytes.count)
        buffer.bytes.copyBytes(from: bytes)
        try write(UnsafeRawBufferPointer(buffer.bytes), to: path)
    }
}

/// Bytes to read into; frees itself.
struct Buffer: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 16)
    }

    deinit { bytes.deallocate() }

    /// The first so many.
    func prefix(_ count: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }
}

/// Makes a call again while signals interrupt it; throws what `errno` says when it fails.
@discardableResult
func retrying<Result: FixedWidthInteger & SignedInteger>(
    _ path: String, _ what: String, _ call: () -> Result
) throws(ReleaseError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        if errno != EINTR { throw ReleaseError.failed(what, path, errno) }
    }
}

extension ReleaseError {
    /// What a failed system call means.
    static func failed(_ what: String, _ path: String, _ number: Int32) -> ReleaseError {
        switch number {
        case ENOSPC, EDQUOT:
            ReleaseError(.diskFull, at: path, "the disk is full", next: "make room: df -h '\(path)' shows where")
        default:
            ReleaseError(.system, at: path, "\(what): \(String(cString: strerror(number)))")
        }
    }
}
