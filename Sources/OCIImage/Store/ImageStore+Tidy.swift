import Glibc

extension ImageStore {
    /// Removes what nothing that has a name refers to, and what is so old that no build of it is under way: a name that moves on to a newer
    /// image leaves the older one's layers behind. What cannot be removed stays.
    ///
    /// - Parameter seconds: How old, by the time of its last change or use.
    public func tidy(olderThan seconds: Int) throws(OCIError) {
        let kept = try referenced()
        let now = time(nil)
        for name in try SystemFiles.names(in: blobs.folder) {
            guard let digest = Digest(hexadecimal: name), !kept.contains(digest) else { continue }
            let path = blobs.path(of: digest)
            var status = stat()
            guard stat(path, &status) == 0, now - max(status.st_mtim.tv_sec, status.st_atim.tv_sec) > seconds else { continue }
            unlink(path)
        }
        for name in (try? SystemFiles.names(in: path + "/layers")) ?? [] {
            guard let key = Digest(hexadecimal: name), knownLayer(key) == nil else { continue }
            unlink("\(path)/layers/\(name)")
        }
        tidyFiles(olderThan: seconds)
    }

    /// Everything that the named images and indexes are made of.
    private func referenced() throws(OCIError) -> Set<Digest> {
        var found: Set<Digest> = []
        var waiting = try listed()
        while let descriptor = waiting.popLast() {
            guard found.insert(descriptor.digest).inserted else { continue }
            if MediaType.indexes.contains(descriptor.mediaType) {
                waiting += (try? index(descriptor).manifests) ?? []
            } else if MediaType.manifests.contains(descriptor.mediaType) {
                found.formUnion(((try? manifest(descriptor).parts) ?? []).map(\.digest))
            }
        }
        return found
    }
}
