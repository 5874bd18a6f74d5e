#include "engine/engine_request.h"

#include <stdlib.h>

void engine_request_deinit(EngineRequest *request) {
    free(request->path);
    bar_sequence_deinit(&request->bars);
    compose_request_deinit(&request->result);
    *request = (EngineRequest){0};
}

void engine_reply_deinit(EngineReply *reply) {
    bar_sequence_deinit(&reply->bars);
    analysis_free(reply->analysis);
    free(reply->follows);
    *reply = (EngineReply){0};
}
