/* Xml: the elements of an XML text, for readers of formats that are written in it. Nothing outside the text is opened, no entity is
 * replaced but those of XML itself, and elements lie at most 256 deep. The only place that knows libxml2.
 *
 * Nodes belong to their tree. Any thread, each its own trees. */
#ifndef REFRAIN_MIDI_IO_XML_H
#define REFRAIN_MIDI_IO_XML_H

#include <stddef.h>

#include "engine/base/error.h"

typedef struct _xmlDoc XmlTree;
typedef struct _xmlNode XmlNode;

/* Null with a sentence that names the line. O(size). */
XmlTree *xml_open(const unsigned char *bytes, size_t size, Error *err);
void xml_close(XmlTree *tree); /* null is allowed */
const XmlNode *xml_root(const XmlTree *tree);

/* Elements only; every question accepts null and answers null, "" or false. */
const XmlNode *xml_first(const XmlNode *node);
const XmlNode *xml_next(const XmlNode *node);
const XmlNode *xml_child(const XmlNode *node, const char *name);
bool xml_is(const XmlNode *node, const char *name);
const char *xml_name(const XmlNode *node);
int xml_line(const XmlNode *node);
const char *xml_text(const XmlNode *node);                      /* what stands in it */
const char *xml_text_of(const XmlNode *node, const char *name); /* in its child of this name */
const char *xml_attribute(const XmlNode *node, const char *name);

#endif
