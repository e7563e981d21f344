internal import NIOCore

extension TermEncoder {
    mutating func atom(_ atom: Atom) {
        let characters = atom.name.utf8
        if let small = UInt8(exactly: characters.count) {
            tag(.smallAtomUTF8)
            buffer.writeInteger(small)
        } else {
            tag(.atomUTF8)
            buffer.writeInteger(UInt16(characters.count))  // 255 characters are at most 1,020 bytes
        }
        buffer.writeString(atom.name)
    }

    mutating func pid(_ pid: Pid) {
        tag(.newPid)
        atom(pid.node)
        buffer.writeMultipleIntegers(pid.id, pid.serial, pid.creation)
    }

    /// The longer form only for numbers beyond 28 bits, as OTP 24 and 25 do it: OTP 23 does not know it.
    mutating func port(_ port: Port) {
        if port.id <= 0x0fff_ffff {
            tag(.newPort)
            atom(port.node)
            buffer.writeInteger(UInt32(port.id))
        } else {
            tag(.v4Port)
            atom(port.node)
            buffer.writeInteger(port.id)
        }
        buffer.writeInteger(port.creation)
    }

    mutating func reference(_ reference: Reference) {
        tag(.newerReference)
        buffer.writeInteger(UInt16(reference.words.count))
        atom(reference.node)
        buffer.writeInteger(reference.creation)
        for word in reference.words { buffer.writeInteger(word) }
    }

    mutating func export(_ export: Export) {
        tag(.export)
        atom(export.module)
        atom(export.function)
        integer(Int64(export.arity))
    }

    mutating func function(_ function: Function) throws(TermEncodingError) {
        tag(.newFun)
        try count(function.bytes.count + 4)
        buffer.writeBytes(function.bytes)
    }
}
