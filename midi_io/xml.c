#include "midi_io/xml.h"

#include <libxml/parser.h>
#include <limits.h>
#include <string.h>

#include "engine/base/utf8.h"

static void explain(const xmlError *why, Error *err) {
    char words[120];
    const char *message = why && why->message ? why->message : "it cannot be read";
    if (why && why->code == XML_ERR_NO_MEMORY) {
        error_memory(err, "the XML");
        return;
    }
    utf8_clean(words, sizeof words, message, strcspn(message, "\n"));
    error_set(err, "Line %d: the XML is damaged: %s.", why && why->line > 0 ? why->line : 1, words);
}

XmlTree *xml_open(const unsigned char *bytes, size_t size, Error *err) {
    const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS |
                        XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES;
    xmlParserCtxt *parser = size <= INT_MAX ? xmlNewParserCtxt() : NULL;
    if (!parser) {
        error_memory(err, "the XML");
        return NULL;
    }
    xmlDoc *tree = xmlCtxtReadMemory(parser, (const char *)bytes, (int)size, NULL, NULL, options);
    if (!tree) explain(xmlCtxtGetLastError(parser), err);
    xmlFreeParserCtxt(parser);
    return tree;
}

void xml_close(XmlTree *tree) {
    xmlFreeDoc(tree);
}

const XmlNode *xml_root(const XmlTree *tree) {
    return tree ? xmlDocGetRootElement((xmlDoc *)tree) : NULL;
}

static const XmlNode *element(const XmlNode *node) {
    while (node && node->type != XML_ELEMENT_NODE) node = node->next;
    return node;
}

const XmlNode *xml_first(const XmlNode *node) {
    return node ? element(node->children) : NULL;
}

const XmlNode *xml_next(const XmlNode *node) {
    return node ? element(node->next) : NULL;
}

bool xml_is(const XmlNode *node, const char *name) {
    return node && strcmp(xml_name(node), name) == 0;
}

const XmlNode *xml_child(const XmlNode *node, const char *name) {
    for (const XmlNode *c = xml_first(node); c; c = xml_next(c))
        if (xml_is(c, name)) return c;
    return NULL;
}

const char *xml_name(const XmlNode *node) {
    return node ? (const char *)node->name : "";
}

int xml_line(const XmlNode *node) {
    return node ? (int)xmlGetLineNo(node) : 0;
}

const char *xml_text(const XmlNode *node) {
    for (const XmlNode *c = node ? node->children : NULL; c; c = c->next)
        if (c->type == XML_TEXT_NODE && c->content) return (const char *)c->content;
    return "";
}

const char *xml_text_of(const XmlNode *node, const char *name) {
    return xml_text(xml_child(node, name));
}

const char *xml_attribute(const XmlNode *node, const char *name) {
    for (const xmlAttr *a = node ? node->properties : NULL; a; a = a->next)
        if (strcmp((const char *)a->name, name) == 0 && a->children && a->children->content)
            return (const char *)a->children->content;
    return "";
}
