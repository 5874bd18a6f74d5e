/* The package of a MusicXML score; the only file that knows libzip. */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "midi_io/musicxml.h"
#include "midi_io/xml.h"

static const char CONTAINER[] = "META-INF/container.xml";

/* ---- reading ---- */

static bool read_entry(zip_t *archive, const char *name, unsigned char **bytes, size_t *size, Error *err) {
    zip_stat_t stat;
    if (zip_stat(archive, name, 0, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE))
        return error_set(err, "There is no %.100s in the package: it is no MusicXML.", name);
    if (stat.size > MUSICXML_SIZE_MAX)
        return error_set(err, "Unpacked the file is larger than %d MB.", MUSICXML_SIZE_MAX >> 20);
    zip_file_t *file = zip_fopen(archive, name, 0);
    *bytes = malloc((size_t)stat.size + 1);
    const bool done = file && *bytes && zip_fread(file, *bytes, stat.size) == (zip_int64_t)stat.size;
    if (file) zip_fclose(file);
    if (done) {
        *size = (size_t)stat.size;
        return true;
    }
    const bool short_of_memory = !*bytes;
    free(*bytes);
    *bytes = NULL;
    return short_of_memory ? error_memory(err, "the unpacked score")
                           : error_set(err, "The package is damaged: %.100s in it cannot be read.", name);
}

static const char *path_in(const XmlTree *tree) {
    const XmlNode *files = xml_child(xml_root(tree), "rootfiles");
    for (const XmlNode *c = xml_first(files); c; c = xml_next(c)) {
        const char *type = xml_attribute(c, "media-type");
        if (!type[0] || strstr(type, "musicxml")) return xml_attribute(c, "full-path");
    }
    return "";
}

static bool read_score(zip_t *archive, unsigned char **score, size_t *size, Error *err) {
    unsigned char *container = NULL;
    size_t container_size = 0;
    if (!read_entry(archive, CONTAINER, &container, &container_size, err)) return false;
    XmlTree *tree = xml_open(container, container_size, err);
    free(container);
    bool done = tree != NULL;
    const char *path = path_in(tree);
    if (done && !path[0]) done = error_set(err, "The package does not say which of its files is the score.");
    done = done && read_entry(archive, path, score, size, err);
    xml_close(tree);
    return done;
}

bool musicxml_unpack(const unsigned char *bytes, size_t size, unsigned char **score, size_t *score_size,
                     Error *err) {
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, NULL);
    if (!source) return error_memory(err, "the package");
    zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, NULL);
    if (!archive) {
        zip_source_free(source);
        return error_set(err, "The package is damaged: it cannot be opened.");
    }
    const bool done = read_score(archive, score, score_size, err);
    zip_discard(archive);
    return done;
}

/* ---- writing ---- */

static bool add(zip_t *archive, const char *name, const void *bytes, size_t size) {
    zip_source_t *source = zip_source_buffer(archive, bytes, size, 0);
    if (source && zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8) >= 0) return true;
    zip_source_free(source);
    return false;
}

/* The archive as bytes, when it has been closed. */
static bool take_bytes(zip_source_t *source, unsigned char **bytes, size_t *size) {
    zip_stat_t stat;
    if (zip_source_stat(source, &stat) != 0 || zip_source_open(source) != 0) return false;
    *bytes = malloc((size_t)stat.size + 1);
    const bool done = *bytes && zip_source_read(source, *bytes, stat.size) == (zip_int64_t)stat.size;
    *size = (size_t)stat.size;
    zip_source_close(source);
    if (!done) free(*bytes);
    return done;
}

bool musicxml_pack(const char *text, size_t size, unsigned char **bytes, size_t *packed_size, Error *err) {
    static const char container[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container><rootfiles><rootfile "
        "full-path=\"score.musicxml\" media-type=\"application/vnd.recordare.musicxml+xml\"/>"
        "</rootfiles></container>\n";
    static const char type[] = "application/vnd.recordare.musicxml";
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *archive = whole ? zip_open_from_source(whole, ZIP_TRUNCATE, NULL) : NULL;
    if (!archive) {
        zip_source_free(whole);
        return error_memory(err, "the package");
    }
    zip_source_keep(whole);
    bool done = add(archive, "mimetype", type, sizeof type - 1) &&
                zip_set_file_compression(archive, 0, ZIP_CM_STORE, 0) == 0 &&
                add(archive, CONTAINER, container, sizeof container - 1) &&
                add(archive, "score.musicxml", text, size);
    /* The same bytes whenever they are packed. */
    for (int i = 0; done && i < 3; i++)
        done = zip_file_set_mtime(archive, (zip_uint64_t)i, 315532800, 0) == 0;
    if (done) done = zip_close(archive) == 0;
    if (!done) zip_discard(archive);
    done = done && take_bytes(whole, bytes, packed_size);
    zip_source_free(whole);
    return done || error_memory(err, "the package");
}
